namespace OrleansRelease.Contracts;

/// <summary>The codes of refusals that any durable thing may answer with, beside those of its own rules.</summary>
public static class RefusalCodes
{
    /// <summary>Nothing of this name is on record.</summary>
    public const string NotFound = "not-found";

    /// <summary>The stored row cannot be read or decided on; its explanation says why.</summary>
    public const string Poisoned = "poisoned";

    /// <summary>The state would outgrow its bound.</summary>
    public const string StateTooLarge = "state-too-large";

    /// <summary>The command's id was used before with another body.</summary>
    public const string KeyReused = "idempotency-key-reused";
}
