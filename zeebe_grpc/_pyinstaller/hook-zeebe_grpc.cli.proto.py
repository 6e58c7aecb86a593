"""``zeebe-grpc proto`` prints a file of the package."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files("zeebe_grpc", includes=["gateway.proto"])
