namespace OrleansRelease.Core.Inquiries;

/// <summary>How an inquiry stands; the word by which its row is found.</summary>
public enum InquiryPhase
{
    /// <summary>The service is worse.</summary>
    Open,

    /// <summary>It is well again, or nobody looks any more.</summary>
    Closed,
}
