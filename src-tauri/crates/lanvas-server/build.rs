//! Embeds the UI again when it was built again; the compiler by itself only
//! watches the files that were there the last time.

fn main() {
    println!("cargo::rerun-if-changed=../../../ui/dist");
}
