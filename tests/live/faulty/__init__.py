"""An app that puts a fault into the site, for `tests.live.test_failures`."""
