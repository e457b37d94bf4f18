namespace CacheKeeper.Sandbox.Upstash;

/// <summary>How the caller wants the answer.</summary>
/// <param name="Base64">Every string encoded, at any depth.</param>
/// <param name="Resp">Raw RESP2 bytes instead of JSON.</param>
internal sealed record ReplyFormat(bool Base64, bool Resp)
{
    /// <summary>The format of the request's headers, or null with the error text.</summary>
    public static ReplyFormat? Read(IHeaderDictionary headers, out string refusal)
    {
        var base64 = headers["Upstash-Encoding"].ToString().Equals("base64", StringComparison.OrdinalIgnoreCase);
        var wanted = headers["Upstash-Response-Format"].ToString().ToLowerInvariant();
        refusal = wanted switch
        {
            "" or "json" => "",
            "resp2" when base64 => "ERR Upstash-Encoding cannot be used together with the resp2 response format",
            "resp2" => "",
            _ => $"ERR invalid Upstash-Response-Format '{wanted}', expected json or resp2",
        };
        return refusal.Length > 0 ? null : new ReplyFormat(base64, wanted == "resp2");
    }
}
