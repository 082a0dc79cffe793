"""What pages and commands read of imports, always within the reader's sight."""
