"""The built-in completions server: canned replies for a first look, named faults for tests and operators.

A program of its own (`python -m conversations.provider`) that speaks the completions API over HTTP. The site
talks to it like to any other model host, so nothing imports it and it imports nothing of the site.
"""
