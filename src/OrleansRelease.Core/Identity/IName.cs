namespace OrleansRelease.Core.Identity;

/// <summary>A validated text that identifies something: <c>From</c> and <c>ToString</c> are symmetrical.</summary>
public interface IName<TSelf>
    where TSelf : struct, IName<TSelf>
{
    /// <summary>What a valid text looks like, to be completed to "… must be {Shape}".</summary>
    static abstract string Shape { get; }

    /// <summary>The value for a text, or null when the text is not valid.</summary>
    static abstract TSelf? Parse(string? text);
}
