"""The commands of `livecue`: module NAME has `register(app)`, which adds the command NAME.

Importing such a module must be quick: what a command needs it imports when it runs.
"""
