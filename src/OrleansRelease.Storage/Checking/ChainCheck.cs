using System.Text.Json;
using OrleansRelease.Core.Durability;

namespace OrleansRelease.Storage.Checking;

/// <summary>Follows the chain of one row after the other; holds no more than the link before.</summary>
internal sealed class ChainCheck
{
    private readonly List<CheckProblem> _problems = [];
    private string _kind = "";
    private string _key = "";
    private string _head = "";
    private long _sequence;
    private long _position;
    private long _rows;
    private long _transitions;
    private long _count;
    private bool _closed = true;

    public CheckReport Finish()
    {
        Close();
        return new CheckReport(_rows, _transitions, _count, _problems);
    }

    public void Transition(string kind, string key, long sequence, long position, string text)
    {
        Turn(kind, key);
        _transitions++;
        if (sequence != _sequence + 1) Report(_sequence + 1, $"the log goes on with {sequence}: something is missing");
        if (position <= _position) Report(sequence, "its place in the log is before that of an earlier transition");

        // After a gap the link cannot be judged; what follows still can.
        var gap = sequence != _sequence + 1;
        if (Read(text, sequence) is { } link)
        {
            if (link.Sequence != sequence) Report(sequence, $"the transition says that it is number {link.Sequence}");
            if (!gap && link.Hash != _head)
                Report(sequence, "it does not follow from the transition before: one of the two was changed");
        }

        (_head, _sequence, _position) = (TransitionHash.Of(text), sequence, position);
    }

    public void Row(string kind, string key, long sequence, string payload)
    {
        Turn(kind, key);
        _rows++;
        _closed = true;
        if (_sequence != sequence) Report(sequence, $"the row is at {sequence} and its log ends at {_sequence}");
        if (Read(payload, sequence, "head") is not { } state) return;
        if (state.Sequence != sequence) Report(sequence, $"the state says that it is at {state.Sequence}");
        if (state.Hash != _head) Report(sequence, "the state's head is not the hash of the newest transition");
    }

    private void Turn(string kind, string key)
    {
        if (kind == _kind && key == _key) return;
        Close();
        (_kind, _key, _head, _sequence, _position, _closed) = (kind, key, "", 0, 0, false);
    }

    private void Close()
    {
        if (!_closed) Report(_sequence, "there are transitions and no row");
        _closed = true;
    }

    private (long Sequence, string Hash)? Read(string json, long sequence, string hash = "previous")
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return (document.RootElement.GetProperty("sequence").GetInt64(),
                document.RootElement.GetProperty(hash).GetString() ?? "");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            Report(sequence, $"no sequence and {hash} can be read: {error.Message}");
            return null;
        }
    }

    private void Report(long sequence, string problem)
    {
        _count++;
        if (_problems.Count < CheckReport.MaxProblems) _problems.Add(new CheckProblem(_kind, _key, sequence, problem));
    }
}
