# The native module as a part of an image, for the build of MicroPython's rp2 port (USER_C_MODULES).
set(WATTSEAL_P256_C module.c points.c inverse.c nonce.c sha256.c field.c)
list(TRANSFORM WATTSEAL_P256_C PREPEND "${CMAKE_CURRENT_LIST_DIR}/")
set_source_files_properties(${WATTSEAL_P256_C} PROPERTIES COMPILE_OPTIONS "-O2")

add_library(usermod_wattseal_p256 INTERFACE)
target_sources(usermod_wattseal_p256 INTERFACE
  ${WATTSEAL_P256_C}
  ${CMAKE_CURRENT_LIST_DIR}/field_thumb.S
  ${CMAKE_CURRENT_LIST_DIR}/product_thumb.S
  ${CMAKE_CURRENT_LIST_DIR}/reduce_thumb.S)
target_link_libraries(usermod INTERFACE usermod_wattseal_p256)
