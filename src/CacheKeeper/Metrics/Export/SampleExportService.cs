using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using CacheKeeper.Storage;

namespace CacheKeeper.Metrics;

/// <summary>Streams samples for export, series by series and in order of time; months that were archived come from their files.</summary>
internal sealed class SampleExportService(StateStore state)
{
    private readonly SampleStore _samples = new(state);
    private readonly SampleArchiveStore _archive = new(state.Location.Directory);

    public async IAsyncEnumerable<Sample> StreamAsync(ExportQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var archived = question.Level == RollupLevel.Raw ? await _archive.NamesAsync(question.Project, question.From, question.To, cancellationToken) : [];
        var names = (await _samples.NamesAsync(question.Project, cancellationToken)).Union(archived)
            .Where(name => question.Patterns.Count == 0 || question.Patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)))
            .OrderBy(name => ExposedName.Of(name).Family, StringComparer.Ordinal).ThenBy(name => name, StringComparer.Ordinal).ToList();
        var resumed = question.After is { } after ? names.IndexOf(after.Series) : 0;
        foreach (var name in resumed >= 0 ? names.Skip(resumed) : names)
        {
            var last = question.After is { } done && done.Series == name ? done.At : question.From.AddMilliseconds(-1);
            if (question.Level == RollupLevel.Raw)
            {
                await foreach (var value in _archive.StreamAsync(question.Project, name, last.AddMilliseconds(1), question.To, cancellationToken))
                {
                    last = value.At;
                    yield return new Sample(name, value.At, value.Value);
                }
            }

            await foreach (var value in _samples.StreamAsync(question.Project, name, question.Level, last.AddMilliseconds(1), question.To, cancellationToken))
            {
                yield return new Sample(name, value.At, value.Value);
            }
        }
    }
}

/// <summary>What to export; <paramref name="After"/> is the last sample already written, null to begin.</summary>
/// <param name="Patterns">Names with <c>*</c> and <c>?</c>; none for every series.</param>
internal sealed record ExportQuestion(string Project, IReadOnlyList<string> Patterns, RollupLevel Level, DateTimeOffset From, DateTimeOffset To, Sample? After);
