using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Filters;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Exports shaped by a schema. The platform lets a model write them; here each property of the schema gets texts as its type allows.</summary>
internal sealed class ExportEndpoints(Mem0Service service)
{
    private const string Kind = "export";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("POST", "/v1/exports/", CreateAsync);
        routes.On("POST", "/v1/exports/get/", FetchAsync);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var schema = body.Map("schema") ?? throw RefusalException.Field("schema", "This field is required.");
        var filters = body.Map("filters") ?? throw RefusalException.Field("filters", "This field is required.");
        var memories = MemoryQuery.Read(body, FilterParser.Required(filters, FilterDialect.List), service.Now).NewestFirst(service.Store.Memories);
        var id = Guid.NewGuid();
        var export = WireJson.Element(new { filters, data = Shaped(schema, [.. memories.Select(memory => memory.Text)]) });
        await service.Store.ChangeAsync(change => change.PutDocument(Kind, id.ToString(), export), context.RequestAborted);
        return WireJson.Answer(new { message = "Memory export request received. The export will be ready in a few seconds.", id }, StatusCodes.Status201Created);
    }

    private async Task<IResult> FetchAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var export = body.Text("memory_export_id") is { } id
            ? service.Store.Document(Kind, id)
            : service.Store.Documents(Kind).FindLast(document => body.Map("filters") is { } filters && JsonElement.DeepEquals(document.Body.GetProperty("filters"), filters));
        return export is not null
            ? WireJson.Answer(export.Body.GetProperty("data"))
            : throw RefusalException.Error("No memory export found.", StatusCodes.Status404NotFound);
    }

    private static object? Shaped(JsonElement schema, string[] texts)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            return properties.EnumerateObject().ToDictionary(property => property.Name, property => Shaped(property.Value, texts));
        }

        return (schema.TryGetProperty("type", out var type) ? type.ToString() : "") switch
        {
            "array" => schema.TryGetProperty("items", out var items) ? texts.Select(text => Shaped(items, [text])) : texts,
            "string" => string.Join('\n', texts),
            _ => null,
        };
    }
}
