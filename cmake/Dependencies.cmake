# Every library comes from Debian's packages; scripts/install-packages installs them.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url context container)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(EXPAT REQUIRED)
find_package(pugixml REQUIRED)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(PSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

# By hand: libetpan's .pc file adds flags that turn PIE off.
find_library(ETPAN_LIBRARY etpan REQUIRED)
find_path(ETPAN_INCLUDE libetpan/libetpan.h REQUIRED)
add_library(etpan INTERFACE IMPORTED)
target_link_libraries(etpan INTERFACE ${ETPAN_LIBRARY})
target_include_directories(etpan SYSTEM INTERFACE ${ETPAN_INCLUDE})
