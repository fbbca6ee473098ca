"""The tools that come with the site: one small file each, a Tool with the file's name in it."""
