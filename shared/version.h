// The version of Forerun: of the program, the library and its headers. CMake reads it here, too.
//
// Until 1.0 a new minor version may change the interface; a new patch version never does.
#pragma once

#define FORERUN_VERSION_MAJOR 0
#define FORERUN_VERSION_MINOR 1
#define FORERUN_VERSION_PATCH 0
#define FORERUN_VERSION "0.1.0"
