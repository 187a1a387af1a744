//! Hands the Tauri configuration to the build.
fn main() {
    tauri_build::build();
}
