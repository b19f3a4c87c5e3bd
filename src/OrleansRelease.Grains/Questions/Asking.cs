using OrleansRelease.Core.Units;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Questions;

/// <summary>How long a question may wait for its turn among the calls there, and then for its answer.</summary>
internal readonly record struct Patience(TimeSpan Turn, TimeSpan Answer)
{
    private bool IsShared { get; init; }

    /// <summary>As long for the one as for the other.</summary>
    public static Patience Each(TimeSpan limit) => new(limit, limit);

    /// <summary>What the turn takes is missing for the answer: where the whole of it was announced.</summary>
    public static Patience Together(TimeSpan limit) => Each(limit) with { IsShared = true };

    public TimeSpan AnswerAfter(TimeSpan turn) => IsShared ? Answer - turn : Answer;
}

/// <summary>
/// Asks the outside something. Whatever an adapter does, it ends in time, and says whether nobody answered or whether
/// others were in the way.
/// </summary>
internal sealed class Asking(Bulkheads bulkheads, TimeProvider time)
{
    public async Task<T> WithinAsync<T>(
        Patience patience, string connection, bool isWayBack, Func<CancellationToken, Task<T>> ask,
        CancellationToken stopping)
    {
        var begun = time.GetTimestamp();
        using var place = await InTimeAsync(
            patience.Turn, $"no turn within {Duration.Format(patience.Turn)}: other calls to it have not ended",
            turn => bulkheads.Of($"ask/{connection}").EnterAsync(isWayBack, turn), stopping);
        return await InTimeAsync(
            patience.AnswerAfter(time.GetElapsedTime(begun)), $"no answer within {Duration.Format(patience.Answer)}",
            cancellation => ask(cancellation).WaitAsync(cancellation), stopping);
    }

    private async Task<T> InTimeAsync<T>(
        TimeSpan limit, string orElse, Func<CancellationToken, Task<T>> act, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            return await act(either.Token);
        }
        catch (OperationCanceledException error) when (!stopping.IsCancellationRequested)
        {
            throw new TimeoutException(orElse, error);
        }
    }
}
