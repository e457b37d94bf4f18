namespace CacheKeeper.Sandbox.Mem0;

/// <summary>A request that is answered with an error: its status and the JSON body in one of the shapes the servers use.</summary>
internal sealed class RefusalException(int status, object body, string? field = null, string? text = null) : Exception($"Refused with status {status}.")
{
    public int Status => status;

    public object Body => body;

    /// <summary>The same error as the open-source server tells it: always <c>detail</c>, and 422 for a field of the wrong kind.</summary>
    public RefusalException SelfHosted() => field is not null
        ? new(StatusCodes.Status422UnprocessableEntity, new { detail = new[] { new { type = "value_error", loc = (string[])["body", field], msg = text, input = (object?)null } } })
        : new(status, new { detail = text });

    public static RefusalException Error(string text, int status = StatusCodes.Status400BadRequest) => new(status, new { error = text }, text: text);

    public static RefusalException Detail(string text, int status) => new(status, new { detail = text }, text: text);

    /// <summary>The field-keyed shape: a list of sentences under the field's name.</summary>
    public static RefusalException Field(string field, string text) =>
        new(StatusCodes.Status400BadRequest, new Dictionary<string, string[]> { [field] = [text] }, field, text);

    public static RefusalException UnknownMemory() => Error("Memory not found!", StatusCodes.Status404NotFound);

    public static RefusalException InvalidPage() => Detail("Invalid page.", StatusCodes.Status404NotFound);
}
