using System.Globalization;

namespace CacheKeeper.Cleanup.Value;

/// <summary>Reads an access trace line by line: CSV with the header <c>key</c>, <c>t,key</c> or <c>t,key,size</c>.</summary>
internal sealed class AccessTraceReader
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _numbers = new Dictionary<string, int>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    private readonly List<string> _names = [];
    private readonly List<int> _keys = [];
    private readonly List<double>? _times;
    private readonly List<long>? _sizes;
    private readonly int _keyColumn;
    private readonly int _timeColumn;
    private readonly int _sizeColumn;

    /// <summary>Starts with the header line; throws a usage failure when it names no <c>key</c>.</summary>
    public AccessTraceReader(string? header)
    {
        var columns = (header ?? "").Split(',', StringSplitOptions.TrimEntries);
        (_keyColumn, _timeColumn, _sizeColumn) = (Array.IndexOf(columns, "key"), Array.IndexOf(columns, "t"), Array.IndexOf(columns, "size"));
        if (_keyColumn < 0)
        {
            throw KeeperException.Usage("The trace has no column 'key'.", "Its first line must be the header key, or t,key, or t,key,size.");
        }

        _times = _timeColumn < 0 ? null : [];
        _sizes = _sizeColumn < 0 ? null : [];
    }

    public int Requests => _keys.Count;

    /// <summary>Takes one line; empty lines are passed over. Throws a usage failure naming the line when it cannot be read.</summary>
    public void Add(ReadOnlySpan<char> line)
    {
        if (line.IsWhiteSpace())
        {
            return;
        }

        var key = Number(Cell(line, _keyColumn));
        _keys.Add(key);
        _times?.Add(Read(line, _timeColumn));
        if (_sizes is not null)
        {
            var size = (long)Read(line, _sizeColumn);
            if (key == _sizes.Count)
            {
                _sizes.Add(size);
            }
            else
            {
                _sizes[key] = size;
            }
        }
    }

    public AccessTrace ToTrace() => new([.. _keys], _names, _times?.ToArray(), _sizes?.ToArray());

    private int Number(ReadOnlySpan<char> name)
    {
        if (_numbers.TryGetValue(name, out var number))
        {
            return number;
        }

        var text = name.ToString();
        _numbers[text] = _names.Count;
        _names.Add(text);
        return _names.Count - 1;
    }

    private double Read(ReadOnlySpan<char> line, int column) =>
        double.TryParse(Cell(line, column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw KeeperException.Usage($"Request {_keys.Count} of the trace has no number in column {column + 1}: '{line}'.");

    private ReadOnlySpan<char> Cell(ReadOnlySpan<char> line, int column)
    {
        var rest = line;
        for (var skipped = 0; skipped < column; skipped++)
        {
            var comma = rest.IndexOf(',');
            rest = comma < 0 ? [] : rest[(comma + 1)..];
        }

        var end = rest.IndexOf(',');
        var cell = (end < 0 ? rest : rest[..end]).Trim();
        return cell.IsEmpty ? throw KeeperException.Usage($"Request {_keys.Count + 1} of the trace has no key: '{line}'.") : cell;
    }
}
