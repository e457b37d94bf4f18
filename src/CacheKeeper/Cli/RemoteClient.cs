using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CacheKeeper.Cli;

/// <summary>Runs a command on another keeper (<c>--server URL --token-file FILE</c>): the same verb, the same output, the same exit code.</summary>
internal sealed class RemoteClient(HttpClient http, string server, string token)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>Sends what was typed; prints what comes back.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, string server, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw KeeperException.Usage($"--server {server} is no address.", "It looks like https://keeper.example:8420.");
        }

        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        var client = new RemoteClient(http, server.TrimEnd('/'), Token(parsed.GetValue(CommonOptions.TokenFile)));
        return await client.SendAsync(Verb(parsed), Arguments(parsed), parsed.GetValue(CommonOptions.Project), cancellationToken);
    }

    /// <summary>The words that name the command, such as <c>cleanup smart</c>.</summary>
    public static IReadOnlyList<string> Verb(ParseResult parsed)
    {
        var words = new List<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Parent: not null } command; at = command.Parent)
        {
            words.Insert(0, command.Command.Name);
        }

        return words;
    }

    /// <summary>What was typed besides the verb and what concerns only this side.</summary>
    public static IReadOnlyList<string> Arguments(ParseResult parsed)
    {
        string[] ours = [CommonOptions.Server.Name, CommonOptions.TokenFile.Name, CommonOptions.Project.Name, CommonOptions.Config.Name];
        var arguments = new List<string>();
        var skip = false;
        foreach (var part in parsed.Tokens.Where(part => part.Type != TokenType.Command))
        {
            if (skip)
            {
                skip = false;
            }
            else if (part.Type == TokenType.Option && ours.Contains(part.Value))
            {
                skip = true;
            }
            else
            {
                arguments.Add(part.Value);
            }
        }

        return arguments;
    }

    private static string Token(string? file)
    {
        var text = file is null ? Environment.GetEnvironmentVariable("CACHEKEEPER_TOKEN") : Storage.SecretStore.Resolve(new Storage.Secret { File = file });
        return text is { Length: > 0 } token ? token.Trim() : throw KeeperException.Usage("A keeper elsewhere wants a token.", "Put it into a file (0600) and name it with --token-file, or set CACHEKEEPER_TOKEN; 'cachekeeper token create NAME' makes one there.");
    }

    private async Task<int> SendAsync(IReadOnlyList<string> verb, IReadOnlyList<string> arguments, string? project, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["args"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]), ["width"] = TerminalHost.Width };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server}/api/commands/{string.Join('/', verb)}{(project is null ? "" : "?project=" + Uri.EscapeDataString(project))}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? await ShowAsync(answer, cancellationToken) : await RefusedAsync(answer, verb, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new KeeperException($"{server} does not answer: {e.Message}", "Is the keeper running there, and is the address right? 'cachekeeper scheduler status' on that machine shows it.", ExitCode.Failed, e);
        }
    }

    private static async Task<int> ShowAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Silence);
        try
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(silence.Token);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(silence.Token))
            {
                silence.CancelAfter(Silence);
                switch (item.EventType)
                {
                    case "out":
                        TerminalHost.Write(JsonSerializer.Deserialize<string>(item.Data)!);
                        break;
                    case "error":
                        TerminalHost.Remark(JsonSerializer.Deserialize<string>(item.Data)!.TrimEnd('\n'));
                        break;
                    case "progress":
                        TerminalHost.Progress(JsonSerializer.Deserialize<string>(item.Data)!);
                        break;
                    case "exit":
                        return int.Parse(item.Data);
                    default:
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KeeperException("The keeper has said nothing for a minute.", "'cachekeeper scheduler history' tells what became of the run.");
        }

        throw new KeeperException("The keeper ended the connection in the middle of the command.", "'cachekeeper scheduler history' tells what became of the run.");
    }

    private static async Task<int> RefusedAsync(HttpResponseMessage answer, IReadOnlyList<string> verb, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        var problem = text.StartsWith('{') ? JsonNode.Parse(text) : null;
        throw (int)answer.StatusCode switch
        {
            401 => KeeperException.Usage("That keeper does not know this token.", "It may have expired or been revoked; 'cachekeeper token list' there shows it."),
            404 => KeeperException.Usage(problem?["detail"]?.ToString() is { Length: > 0 } detail ? detail : $"'{string.Join(' ', verb)}' runs only on the machine itself.", "'cachekeeper --help' tells which commands there are; docs/api.md which of them work from elsewhere."),
            var status => new KeeperException(problem?["detail"]?.ToString() ?? $"The keeper answered {status}.", "", status is 400 ? ExitCode.Usage : status is 403 or 409 ? ExitCode.Refused : ExitCode.Failed),
        };
    }
}
