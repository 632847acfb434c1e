"""The subcommands of `coordinator`, one module each; nothing here decides anything, the rooms do."""
