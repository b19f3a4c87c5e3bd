namespace OrleansRelease.Cli;

/// <summary>What the program tells the one that called it.</summary>
internal static class ExitCode
{
    public const int Good = 0;

    /// <summary>Refused, or what was watched did not succeed.</summary>
    public const int Refused = 1;

    public const int Usage = 2;

    public const int CannotReach = 3;

    /// <summary>The command may have been carried out; the same command with the same key finds out.</summary>
    public const int OutcomeUnknown = 4;

    /// <summary>What was tested neither passes nor fails: too little evidence, or it is inconclusive.</summary>
    public const int Undecided = 5;

    /// <summary>Ctrl-C, as shells have it.</summary>
    public const int Interrupted = 130;
}
