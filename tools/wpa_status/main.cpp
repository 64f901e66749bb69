#include "reference/commands/process.h"

int main(int argc, char** argv) {
  return touchstone::commands::run_process("wpa_status", argc, argv);
}
