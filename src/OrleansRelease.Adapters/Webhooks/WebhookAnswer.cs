using OrleansRelease.Adapters.Outgoing;

namespace OrleansRelease.Adapters.Webhooks;

/// <summary>What came of a request that may change something.</summary>
internal abstract record WebhookAnswer
{
    private WebhookAnswer()
    {
    }

    /// <summary>The last answer; <see cref="WasAccepted"/> says that something was begun before it.</summary>
    public sealed record Answered(HttpAnswer Answer, bool WasAccepted = false) : WebhookAnswer
    {
        /// <summary>It ended well, or was accepted and will never be heard of.</summary>
        public bool IsDone => Answer.IsSuccess;
    }

    /// <summary>Nothing of it can have arrived.</summary>
    public sealed record NotReached(string Reason) : WebhookAnswer;

    /// <summary>It was sent and no answer came, or none that can be read.</summary>
    public sealed record Lost(string Reason) : WebhookAnswer;

    /// <summary>It must not be begun any more, and was not sent.</summary>
    public sealed record Vetoed(string Reason) : WebhookAnswer;
}
