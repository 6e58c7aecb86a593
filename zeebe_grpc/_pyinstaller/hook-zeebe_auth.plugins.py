"""Third-party sources and stores: found by entry points, which are in a distribution's metadata."""

from PyInstaller.utils.hooks import collect_entry_point

datas, hiddenimports = collect_entry_point("zeebe_auth.sources")
_store_datas, _store_imports = collect_entry_point("zeebe_auth.stores")
datas += _store_datas
hiddenimports += _store_imports
