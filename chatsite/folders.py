"""The data folder: made at first use, private to the account the site runs as, and home of the secret key."""

import os
import secrets
import tempfile
from pathlib import Path

from chatsite.env import BadSetting, refuse


def data_folder(path: Path) -> Path:
    """Return `path` as an existing folder this process can write to; raises `BadSetting`."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise refuse("DATA_DIR", str(path), f"a folder that can be made ({error.strerror})") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise refuse("DATA_DIR", str(path), "a folder this process can write to")
    return path


def kept_secret(path: Path) -> str:
    """Return the secret in `path`; the first caller makes it (50 random bytes, mode 0600).

    Safe when several processes start at once: each writes a file of its own, and the link to the final
    name succeeds for one of them only.
    """
    try:
        if not path.exists():
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(50))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(temporary, path)
            except FileExistsError:
                pass  # another process was first: its secret is the one to use
            finally:
                Path(temporary).unlink()
        secret = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"The secret key in {path} cannot be read or made: {error}.") from error
    if len(secret) < 32:
        raise BadSetting(f"The secret key in {path} is too short. Delete the file, and a new key is made.")
    return secret
