"""The command line; each command is a module of its own, which is loaded when the command is called."""
