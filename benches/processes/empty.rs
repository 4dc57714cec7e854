//! A program that reads a command line with clap and does nothing: what any program costs to start.

use clap::Parser;

/// Does nothing.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// An answer
    #[arg(short, long)]
    answer: Vec<String>,
    /// A format
    #[arg(short, long)]
    format: Option<String>,
}

fn main() {
    std::hint::black_box(Cli::parse().answer);
}
