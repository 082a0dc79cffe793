"""What must be in place before Django can start: folders, programs, keys. Standard library only."""
