"""The pages on which people come to an account, sign in, and look after it."""
