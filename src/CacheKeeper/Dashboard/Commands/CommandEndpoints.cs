using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;

namespace CacheKeeper.Dashboard.Commands;

/// <summary>
/// <c>/api/commands/GROUP/VERB</c>: every command that makes sense from elsewhere, as a route of its own. With <c>Accept: text/event-stream</c> its words
/// come as they are said; else the answer is its JSON document.
/// </summary>
internal static class CommandEndpoints
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (verb, command) in CommandTree.Leaves())
        {
            if (RemoteVerbs.Rights.TryGetValue(verb, out var right))
            {
                string[] methods = RemoteVerbs.Changes(verb) ? ["POST"] : ["GET", "POST"];
                routes.MapMethods("/api/commands/" + verb.Replace(' ', '/'), methods, (VisitHost visit, CommandService commands, AccessPolicy policy, TimeProvider time) => AnswerAsync(new Desk(visit, commands, verb, command, policy, time)))
                    .RequireAuthorization(right).WithSummary(command.Description ?? verb).WithMetadata(new CommandRoute(verb, command));
            }
        }
    }

    /// <summary>A document under a name of its own: only the options that it names may be asked for.</summary>
    public static Task<IResult> ReadAsync(VisitHost visit, CommandService commands, ReadCall read)
    {
        var asked = visit.Context.Request.Query.Where(pair => pair.Key != "project").ToList();
        if (asked.FirstOrDefault(pair => !read.Options.Contains(pair.Key)) is { Key: { } unknown })
        {
            throw KeeperException.Usage($"There is no '{unknown}' here.", read.Options.Count == 0 ? "This takes nothing." : $"Here are: {string.Join(", ", read.Options)}.");
        }

        var body = CommandBody.FromQuery(read.Command, asked.SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? ""))));
        return DocumentAsync(visit, commands, new CommandCall(read.Verb, body.Arguments, body.Width, HasAuthor: false), visit.Context.RequestAborted);
    }

    private static async Task<IResult> AnswerAsync(Desk desk)
    {
        var (context, request) = (desk.Visit.Context, desk.Visit.Context.Request);
        var call = await ReadAsync(desk, context.RequestAborted);
        if (RemoteVerbs.Changes(desk.Verb) && !desk.Visit.Caller.IsFresh(desk.Time.GetUtcNow(), desk.Policy))
        {
            return Results.Problem("Sign in again before changing something.", statusCode: StatusCodes.Status403Forbidden, title: "Sign-in too old");
        }

        return request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal)
            ? TypedResults.ServerSentEvents(StreamAsync(desk, call, context.RequestAborted))
            : await DocumentAsync(desk.Visit, desk.Commands, call, context.RequestAborted);
    }

    private static async Task<CommandCall> ReadAsync(Desk desk, CancellationToken cancellationToken)
    {
        var request = desk.Visit.Context.Request;
        CommandBody body;
        if (HttpMethods.IsPost(request.Method))
        {
            using var reader = new StreamReader(request.Body);
            body = CommandBody.FromJson(desk.Command, await reader.ReadToEndAsync(cancellationToken));
        }
        else
        {
            body = CommandBody.FromQuery(desk.Command, request.Query.SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? ""))));
        }

        return new CommandCall(desk.Verb, body.Arguments, body.Width, desk.Command.Options.Any(option => option.Name == "--author"));
    }

    private static async Task<IResult> DocumentAsync(VisitHost visit, CommandService commands, CommandCall call, CancellationToken cancellationToken)
    {
        using var said = new StringWriter();
        using var error = new StringWriter();
        var json = call.Arguments.Contains(CommonOptions.Json.Name) ? call : call with { Arguments = [.. call.Arguments, CommonOptions.Json.Name] };
        var code = await commands.RunAsync(visit, json, new CommandOutput(said, error, (_, _) => { }), cancellationToken);
        var text = said.ToString();
        var answered = text.TrimStart() is ['{' or '[', ..];

        // A bad verdict is an answer like any other; a run that failed is not.
        var status = code == ExitCode.Failed && answered && (JsonNode.Parse(text) as JsonObject)?["outcome"]?.ToString() != "failed" ? StatusCodes.Status200OK : StatusOf(code);
        visit.Context.Response.Headers["X-CacheKeeper-Exit-Code"] = code.ToString();
        return answered
            ? Results.Text(text, "application/json", statusCode: status)
            : status == StatusCodes.Status200OK ? Results.Json(new { text = text.TrimEnd() })
            : Results.Problem(error.ToString().Trim() is { Length: > 0 } words ? words : text.Trim(), statusCode: status, title: "The command did not succeed");
    }

    private static int StatusOf(int code) => code switch
    {
        ExitCode.Done or ExitCode.Degraded or ExitCode.Interrupted => StatusCodes.Status200OK,
        ExitCode.Usage => StatusCodes.Status400BadRequest,
        ExitCode.Refused or ExitCode.Busy => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status502BadGateway,
    };

    private static async IAsyncEnumerable<SseItem<string>> StreamAsync(Desk desk, CommandCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var said = Channel.CreateUnbounded<SseItem<string>>(new UnboundedChannelOptions { SingleReader = true });
        using var words = new EventWriter(said.Writer, "out");
        using var errors = new EventWriter(said.Writer, "error");
        var run = RunToEndAsync(desk, call, said.Writer, new CommandOutput(words, errors, Progress(said.Writer, desk.Time)), cancellationToken);
        while (await MoreAsync(said.Reader, desk.Time, cancellationToken) is { } more)
        {
            if (!more)
            {
                yield return new SseItem<string>("", "ping");
                continue;
            }

            while (said.Reader.TryRead(out var item))
            {
                yield return item;
            }
        }

        yield return new SseItem<string>((await run).ToString(), "exit");
    }

    private static async Task<int> RunToEndAsync(Desk desk, CommandCall call, ChannelWriter<SseItem<string>> said, CommandOutput output, CancellationToken cancellationToken)
    {
        try
        {
            return await desk.Commands.RunAsync(desk.Visit, call, output, cancellationToken);
        }
        catch (KeeperException e)
        {
            await output.Error.WriteLineAsync(e.Hint.Length > 0 ? $"{e.Message}\n→ {e.Hint}" : e.Message);
            return e.ExitCode;
        }
        finally
        {
            said.Complete();
        }
    }

    // Null when the command has ended; false when nothing was said for a while.
    private static async Task<bool?> MoreAsync(ChannelReader<SseItem<string>> said, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await said.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(PingEvery, time, cancellationToken) ? true : null;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static Action<double, string> Progress(ChannelWriter<SseItem<string>> said, TimeProvider time)
    {
        var last = DateTimeOffset.MinValue;
        return (share, text) =>
        {
            var now = time.GetUtcNow();
            if (now - last >= TimeSpan.FromMilliseconds(200))
            {
                last = now;
                said.TryWrite(new SseItem<string>(JsonSerializer.Serialize($"{share * 100:0} % {text}"), "progress"));
            }
        };
    }

    private sealed record Desk(VisitHost Visit, CommandService Commands, string Verb, Command Command, AccessPolicy Policy, TimeProvider Time);

    /// <summary>Hands on what a command says, piece by piece.</summary>
    private sealed class EventWriter(ChannelWriter<SseItem<string>> said, string kind) : TextWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                said.TryWrite(new SseItem<string>(JsonSerializer.Serialize(value), kind));
            }
        }

        public override void WriteLine(string? value) => Write(value + "\n");

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));
    }
}

/// <summary>On a route: the command behind it, for the description of the API.</summary>
internal sealed record CommandRoute(string Verb, Command Command);

/// <summary>A reading command behind a resource, and the options that may be asked for.</summary>
internal sealed record ReadCall(string Verb, Command Command, IReadOnlyList<string> Options);
