namespace OrleansRelease.Core.Specs;

/// <summary>What becomes of a release when one of its services goes back.</summary>
public enum OnFailure
{
    /// <summary>All that it has moved in that environment is taken back, in reverse order.</summary>
    RollbackRelease,

    /// <summary>That service goes back alone; what needs it never begins, the others go on.</summary>
    RollbackService,

    /// <summary>Nothing more begins until a person decides.</summary>
    Hold,
}

/// <summary>What a release does where something that it requires is not there.</summary>
public enum Otherwise
{
    Wait,
    Refuse,
}
