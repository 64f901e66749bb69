// The entry of the extension: LoadExtension = "mip4.fdx" : "SETTINGS FILE";

#include "mip4.h"

static int begin(char* path) {
  CHECK_FCT(mip4_read_settings(path, &mip4.settings));
  CHECK_FCT(mip4_define());
  return mip4.settings.is_server ? mip4_start_server() : mip4_start_client();
}

EXTENSION_ENTRY("mip4", begin);
