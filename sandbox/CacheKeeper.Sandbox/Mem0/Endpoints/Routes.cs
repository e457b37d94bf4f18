using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Binds a method and path to a function that answers.</summary>
internal static class Routes
{
    public static void On(this IEndpointRouteBuilder routes, string method, string path, Func<HttpContext, Task<IResult>> answer) =>
        routes.MapMethods(path, [method], async context => await (await answer(context)).ExecuteAsync(context));

    public static void On(this IEndpointRouteBuilder routes, string method, string path, Func<HttpContext, object?> answer) =>
        routes.On(method, path, context => Task.FromResult(WireJson.Answer(answer(context))));
}
