using OrleansRelease.Contracts;

namespace OrleansRelease.Grains.Planning;

/// <summary>A command that is given again is answered as it was before.</summary>
internal static class AnsweredBefore
{
    /// <param name="recall">What it was answered; null: it was not.</param>
    /// <param name="answer">What it is answered otherwise, after a look at many others.</param>
    public static async Task<Answer<T>> OrAsync<T>(Func<Task<Answer<T>?>> recall, Func<Task<Answer<T>>> answer)
    {
        if (await recall() is { } before) return before;
        var now = await answer();
        // Given again while the first one was looked into, it may itself have begun what forbids it by now.
        return now.RefusalOrNull is null ? now : await recall() ?? now;
    }
}
