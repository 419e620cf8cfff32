//! Structure factors: HKL text and memory-mapped Fdump files as one dense grid
