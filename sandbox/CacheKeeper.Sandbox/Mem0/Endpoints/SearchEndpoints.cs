using CacheKeeper.Sandbox.Mem0.Filters;
using CacheKeeper.Sandbox.Mem0.Search;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Searches in their three versions.</summary>
internal sealed class SearchEndpoints(Mem0Service service)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("POST", "/v3/memories/search/", SearchAsync);
        routes.On("POST", "/v2/memories/search/", SearchSecondAsync);
        routes.On("POST", "/v1/memories/search/", SearchFirstAsync);
    }

    private async Task<IResult> SearchAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        ListEndpoints.RefuseTopLevelIds(body);
        var query = QueryOf(body);
        var filter = FilterParser.Required(body.Value("filters"), FilterDialect.Search);
        var form = MemoryForm.Search with { Fields = body.Texts("fields") };
        return WireJson.Answer(new { results = Found(body, query, filter, Mem0Service.Limits.Threshold).Select(form.Write).ToArray() });
    }

    private async Task<IResult> SearchSecondAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var query = QueryOf(body);
        var filter = FilterParser.Required(body.Value("filters"), FilterDialect.OldSearch);
        var form = MemoryForm.List with { Fields = body.Texts("fields") };
        return WireJson.Answer(Found(body, query, filter, Mem0Service.Limits.SecondVersionThreshold).Select(form.Write));
    }

    // Entity ids at the top level, filters or both; no threshold of its own.
    private async Task<IResult> SearchFirstAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var query = QueryOf(body);
        var scope = body.Scope();
        if (scope.IsEmpty && body.Value("filters") is null)
        {
            throw new RefusalException(
                StatusCodes.Status400BadRequest, (string[])["At least one of the filters: agent_id, user_id, app_id, run_id is required!"]);
        }

        var inScope = new MemoryFilter(memory => EntityTypes.All.All(type => scope[type] is not { } id || memory.Scope[type] == id));
        var filter = body.Value("filters") is { } filters ? MemoryFilter.All([inScope, FilterParser.Required(filters, FilterDialect.OldSearch)]) : inScope;
        var results = Found(body, query, filter, 0).Select(MemoryForm.List.Write);
        return WireJson.Answer(body.Text("output_format") == "v1.1" ? new { results, relations = Array.Empty<object>() } : results);
    }

    private static string QueryOf(RequestBody body) =>
        body.Text("query") is { } query && !string.IsNullOrWhiteSpace(query) ? query : throw RefusalException.Field("query", "This field is required.");

    private List<ScoredMemory> Found(RequestBody body, string query, MemoryFilter filter, double usualThreshold)
    {
        service.Usage.CountRetrieval();
        var topK = body.Whole("top_k") ?? Mem0Service.Limits.TopKDefault;
        if (topK < 1 || topK > Mem0Service.Limits.TopK)
        {
            throw RefusalException.Field("top_k", $"Ensure this value is between 1 and {Mem0Service.Limits.TopK}.");
        }

        var threshold = body.Number("threshold") ?? usualThreshold;
        if (threshold is not (>= 0 and <= 1))
        {
            throw RefusalException.Field("threshold", "Ensure this value is between 0 and 1.");
        }

        var memories = MemoryQuery.Read(body, filter, service.Now).In(service.Store.Memories);
        return MemorySearch.Rank(query, memories, service.Store.Memories.Words, topK, threshold);
    }
}
