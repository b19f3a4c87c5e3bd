namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>How a command is found on record.</summary>
internal enum CommandSort
{
    /// <summary>By the version that it starts.</summary>
    Start,

    /// <summary>By its reason, which is its key.</summary>
    Ask,

    /// <summary>Not at all: it changes nothing of a rollout.</summary>
    Other,
}

/// <summary>A command as its caller knows it: its key, whom or what it is about, and every answer there was.</summary>
internal sealed record GivenCommand(
    string Key, CommandSort Sort, string Subject, string Verb, IReadOnlyList<CommandReply> Replies)
{
    /// <summary>Something was promised.</summary>
    public bool IsAccepted => Replies.Any(reply => reply.IsAccepted);

    public CommandReply Last => Replies[^1];

    public override string ToString() => $"{Verb} {Subject} ({Key})";
}

/// <summary>One answer; status 0: there was none.</summary>
internal sealed record CommandReply(int Status, string Text)
{
    public bool IsAccepted => Status is >= 200 and < 300;

    /// <summary>A yes or a no. All else may have been carried out or not.</summary>
    public bool IsAnswer => Status is >= 200 and < 500;
}
