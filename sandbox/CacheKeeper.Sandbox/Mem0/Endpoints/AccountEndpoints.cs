using CacheKeeper.Sandbox.Mem0.Filters;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Totals, feedback and summaries.</summary>
internal sealed class AccountEndpoints(Mem0Service service)
{
    private const string FeedbackKind = "feedback";
    private const int SummarySentences = 10;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("GET", "/v1/stats/", Stats);
        routes.On("POST", "/v1/feedback/", FeedbackAsync);
        routes.On("POST", "/v1/summary/", SummaryAsync);
    }

    private object Stats(HttpContext context)
    {
        var memories = service.Store.Memories.All;
        var stats = new OrderedDictionary<string, object?>
        {
            ["total_memories"] = memories.Length,
            ["total_retrieval_events"] = service.Usage.Retrievals,
            ["total_add_events"] = service.Store.Read(session => session.Scalar("SELECT count(*) FROM events WHERE event_type = 'ADD'")),
            ["total_api_retrieval_events"] = service.Usage.Retrievals,
            ["total_retrieval_events_limit"] = null,
        };
        foreach (var type in (EntityType[])[EntityType.User, EntityType.Agent, EntityType.Run])
        {
            var counts = memories.Where(memory => memory.Scope[type] is not null).CountBy(memory => memory.Scope[type]!).ToArray();
            stats[$"total_{type.Word()}s_with_memories"] = counts.Length;
            stats[$"memories_per_{type.Word()}"] = counts.Length == 0 ? null : counts.Average(count => count.Value);
        }

        return stats;
    }

    private async Task<IResult> FeedbackAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var id = RequestPath.ParseId(body.Text("memory_id"));
        var feedback = body.Text("feedback");
        if (feedback is not (null or "POSITIVE" or "NEGATIVE" or "VERY_NEGATIVE"))
        {
            throw RefusalException.Field("feedback", $"\"{feedback}\" is not a valid choice.");
        }

        var answer = new { id = Guid.NewGuid(), feedback, feedback_reason = body.Text("feedback_reason") };
        await service.Store.ChangeAsync(
            change =>
            {
                _ = change.Memories.Find(id) ?? throw RefusalException.UnknownMemory();
                change.PutDocument(FeedbackKind, id.ToString(), WireJson.Element(answer));
            },
            context.RequestAborted);
        return WireJson.Answer(answer);
    }

    private async Task<IResult> SummaryAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var filter = FilterParser.Required(body.Value("filters"), FilterDialect.List);
        var found = MemoryQuery.Read(body, filter, service.Now).NewestFirst(service.Store.Memories);
        return WireJson.Answer(new { summary = string.Join(' ', found.Take(SummarySentences).Select(memory => memory.Text)) });
    }
}
