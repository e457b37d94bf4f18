namespace CacheKeeper.Cleanup.Similarity;

/// <summary>The numbers of the sentence encoder, as read from its published files.</summary>
/// <param name="Vocabulary">Pieces of words with their log-probabilities; the index is the token.</param>
/// <param name="Embedding">One row for each token.</param>
/// <param name="Frequencies">Of the position signal.</param>
/// <param name="Hidden">The last layer, before tanh.</param>
internal sealed record EncoderWeights(
    IReadOnlyList<(string Text, float Score)> Vocabulary,
    float[] Embedding,
    int EmbeddingRows,
    float[] Frequencies,
    IReadOnlyList<TransformerLayer> Layers,
    PackedMatrix Hidden);
