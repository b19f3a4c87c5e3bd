namespace OrleansRelease.Storage.Streams;

/// <summary>Every grain answers to this when it answers at all.</summary>
[Alias("orel.presence")]
internal interface IPresence : IGrainExtension
{
    [Alias("answer")]
    Task AnswerAsync();
}

internal sealed class Presence : IPresence
{
    public Task AnswerAsync() => Task.CompletedTask;
}
