# ns-3 as Debian ships it, for the folders of sim/ that may name it: touchstone::ns3_<module>.
#
# Debian's own package of CMake wants programs and libraries that libns3-dev does not depend on, so
# the targets are made here. ns-3 changes its interface with every release: another one than 3.37 is
# refused, because the driver below sim/net was written against what 3.37 does, its faults included.
#
# After include(Ns3), TOUCHSTONE_NS3 says whether it is there; where it is not, the simulator is not
# built and everything else is.
set(TOUCHSTONE_NS3_VERSION "3.37")
find_path(TOUCHSTONE_NS3_INCLUDE ns3/version-defines.h)
mark_as_advanced(TOUCHSTONE_NS3_INCLUDE)

# Sets `result` to "major.minor" of the headers that were found.
function(touchstone_read_ns3_version result)
  file(STRINGS "${TOUCHSTONE_NS3_INCLUDE}/ns3/version-defines.h" lines
    REGEX "^#define NS3_VERSION_(MAJOR|MINOR) ")
  string(REGEX REPLACE ".*MAJOR ([0-9]+).*MINOR ([0-9]+).*" "\\1.\\2" version "${lines}")
  set(${result} "${version}" PARENT_SCOPE)
endfunction()

# touchstone::ns3_<module>, which links what `...` names of ns-3 too. Not found: the reason is added
# to TOUCHSTONE_NS3_MISSING.
function(touchstone_import_ns3 module)
  find_library(TOUCHSTONE_NS3_${module} ns3-${module})
  mark_as_advanced(TOUCHSTONE_NS3_${module})
  if(NOT TOUCHSTONE_NS3_${module})
    set_property(GLOBAL APPEND PROPERTY TOUCHSTONE_NS3_MISSING "libns3-${module}")
    return()
  endif()
  string(REPLACE "-" "_" name "${module}")
  add_library(touchstone_ns3_${name} SHARED IMPORTED GLOBAL)
  add_library(touchstone::ns3_${name} ALIAS touchstone_ns3_${name})
  set_target_properties(touchstone_ns3_${name} PROPERTIES
    IMPORTED_LOCATION "${TOUCHSTONE_NS3_${module}}"
    INTERFACE_LINK_LIBRARIES "${ARGN}")
  if(NOT TOUCHSTONE_NS3_INCLUDE STREQUAL "/usr/include")
    set_target_properties(touchstone_ns3_${name} PROPERTIES
      INTERFACE_INCLUDE_DIRECTORIES "${TOUCHSTONE_NS3_INCLUDE}")
  endif()
endfunction()

set(TOUCHSTONE_NS3 OFF)
if(NOT TOUCHSTONE_NS3_INCLUDE)
  message(STATUS "ns-3 is missing, so touchstone-sim is not built: apt-get install libns3-dev "
    "(tools/setup run does it)")
else()
  touchstone_read_ns3_version(found)
  if(NOT found STREQUAL TOUCHSTONE_NS3_VERSION)
    message(STATUS "ns-3 ${found} is no ns-3 ${TOUCHSTONE_NS3_VERSION}, so touchstone-sim is not "
      "built: the driver was written for ${TOUCHSTONE_NS3_VERSION} (libns3-dev of Debian 12)")
  else()
    touchstone_import_ns3(core)
    touchstone_import_ns3(stats touchstone::ns3_core)
    touchstone_import_ns3(network touchstone::ns3_core touchstone::ns3_stats)
    touchstone_import_ns3(bridge touchstone::ns3_network)
    touchstone_import_ns3(traffic-control touchstone::ns3_network)
    touchstone_import_ns3(internet touchstone::ns3_network touchstone::ns3_bridge
      touchstone::ns3_traffic_control)
    touchstone_import_ns3(point-to-point touchstone::ns3_network)
    touchstone_import_ns3(fd-net-device touchstone::ns3_network)
    get_property(missing GLOBAL PROPERTY TOUCHSTONE_NS3_MISSING)
    if(missing)
      message(STATUS "ns-3 is not whole, so touchstone-sim is not built: ${missing}")
    else()
      set(TOUCHSTONE_NS3 ON)
    endif()
  endif()
endif()
