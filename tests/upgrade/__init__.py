"""Data folders of earlier versions.

`version-before-sessions.tar.xz` is a data folder and its library as the version of 22 November 2026 (ff8e736) left them:
a film for members with a genre, an owner, a viewer, an API key and a webhook; its write-ahead log is not checkpointed.
`facts.json` has the API key, a session of the owner that was signed in, and the id of the content.
"""
