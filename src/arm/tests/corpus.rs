//! Real trees, when they are there: `cargo test --release --lib arm -- --ignored --nocapture`.
