"""Static files for production: a hash in each name, compressed copies, module imports rewritten."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    """`app.js` becomes `app.3f1c….js`, and `import "./app.js"` in another module is rewritten to match.

    Django leaves the rewriting of ES modules off by default; without it a page would load an unhashed copy
    that a browser may have kept from before an update.
    """

    support_js_module_import_aggregation = True
