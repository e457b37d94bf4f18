using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Adding: with inference accepted as an event, without it done before the answer.</summary>
internal sealed class AddEndpoints(Mem0Service service)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("POST", "/v3/memories/add/", AddAsync);
        routes.On("POST", "/v1/memories/", AddOldAsync);
    }

    private async Task<IResult> AddAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        NewMemories.Read(body, service.Now);
        if (body.Flag("infer", otherwise: true))
        {
            return WireJson.Answer(Accepted(await service.Events.AcceptAsync(Mem0EventWork.Add, body.Root, context.RequestAborted)));
        }

        var (results, id) = await ImportAsync(body, context.RequestAborted);
        return WireJson.Answer(new { message = "Memories imported.", status = Mem0Event.Succeeded, event_id = id, results });
    }

    // The first version's two answers: a bare array, or an object when both output_format and version ask for it.
    private async Task<IResult> AddOldAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        NewMemories.Read(body, service.Now);
        var wrapped = body.Text("output_format") == "v1.1" && body.Text("version") == "v2";
        var results = body.Flag("async_mode", otherwise: true) ? await AcceptOldAsync(body, context.RequestAborted)
            : body.Flag("infer", otherwise: true) ? await InferAsync(body, context.RequestAborted)
            : (await ImportAsync(body, context.RequestAborted)).Results;
        return WireJson.Answer(wrapped ? new { results, relations = Array.Empty<object>() } : results);
    }

    private async Task<object[]> AcceptOldAsync(RequestBody body, CancellationToken cancellationToken)
    {
        var accepted = await service.Events.AcceptAsync(Mem0EventWork.Add, body.Root, cancellationToken);
        return [new { message = "Memory processing has been queued for background execution", status = accepted.Status, event_id = accepted.Id }];
    }

    private Task<object[]> InferAsync(RequestBody body, CancellationToken cancellationToken) => service.Store.ChangeAsync(
        change => MemoryAdding.Answer(MemoryAdding.Infer(change, NewMemories.Read(body, change.Now))), cancellationToken);

    private Task<(object[] Results, Guid Event)> ImportAsync(RequestBody body, CancellationToken cancellationToken) => service.Store.ChangeAsync(
        change =>
        {
            var results = MemoryAdding.Answer(MemoryAdding.Import(change, NewMemories.Read(body, change.Now), leaveOutSame: true));
            var done = Mem0EventQueue.Done(change, Mem0EventWork.Add, body.Root, results);
            change.Put(done);
            return (results, done.Id);
        },
        cancellationToken);

    private static object Accepted(Mem0Event accepted) => new { event_id = accepted.Id, status = accepted.Status };
}
