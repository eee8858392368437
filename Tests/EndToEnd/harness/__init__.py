"""What the end-to-end tests stand on: the program, providers, browser and client."""
