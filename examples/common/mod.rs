//! What training and scoring share: the corpus, the trainer, the measures.

pub mod adam;
pub mod augment;
pub mod boost;
pub mod compose;
pub mod convolution;
pub mod corpus;
pub mod door;
pub mod measure;
pub mod sidebars;
pub mod spans;
pub mod train;
