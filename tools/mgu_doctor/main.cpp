#include "reference/commands/process.h"

int main(int argc, char** argv) {
  return touchstone::commands::run_process("mgu_doctor", argc, argv);
}
