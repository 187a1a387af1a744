//! Hands the Tauri configuration to the build, and embeds the UI again when it
//! was built again: the compiler by itself only watches the files of last time.
fn main() {
    println!("cargo::rerun-if-changed=ui/dist");
    tauri_build::build();
}
