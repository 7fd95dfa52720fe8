//! What training and scoring share: the corpus, the trainer, the measures.

pub mod augment;
pub mod boost;
pub mod corpus;
pub mod measure;
pub mod train;
