using OrleansRelease.Files;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Verbs;

/// <summary>How a verb ends.</summary>
internal static class Ending
{
    public const int Good = 0;

    /// <summary>The verb did its work and what it found is not good.</summary>
    public const int Bad = 1;

    /// <summary>The verb could not do its work.</summary>
    public const int CannotStart = 2;

    /// <summary>Runs a verb; what only a person can change is said in one line, without a stack.</summary>
    public static async Task<int> OfAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (Exception problem) when (Find(problem) is { } said)
        {
            await Console.Error.WriteLineAsync(said);
            return CannotStart;
        }
    }

    private static string? Find(Exception problem) => problem switch
    {
        StoreUnavailableException or TokenTooShortException or Refused => problem.Message,
        IOException { InnerException: not null } or UnauthorizedAccessException => problem.Message,
        { InnerException: { } inner } => Find(inner),
        _ => null,
    };

    /// <summary>The arguments ask for something that is not done; the message says what would be.</summary>
    public sealed class Refused(string message) : Exception(message);
}
