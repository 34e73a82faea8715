//! Lets the linker of macOS find Python's symbols when the module is loaded, as the one of Linux does by itself.

fn main() {
    pyo3_build_config::add_extension_module_link_args();
}
