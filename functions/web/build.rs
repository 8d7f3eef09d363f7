//! Embeds the files of the app.
fn main() -> std::io::Result<()> {
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    std::fs::write(
        std::path::Path::new(&out).join("files.rs"),
        "static APP: Option<App> = None;\n",
    )
}
